// Walks through the page of `dbos-script serve --listen` in a real browser, by keyboard alone: signs in, reads a run,
// runs a script now, pauses and resumes it. Checks that nothing scrolls sideways on a phone, in dark and light.
// usage: node walk.js PROGRAM [FOLDER]   PROGRAM is dbos-script, FOLDER receives the screenshots
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'

const [program, pictures] = process.argv.slice(2).map((path) => resolve(path))
const token = 'a-token-of-the-browser-test'
const folder = mkdtempSync(join(tmpdir(), 'dbos-script-browser-'))
const scripts = {
  'retention.lua': `schedule.declare {cron = "*/2 * * * * *", timezone = "Europe/Berlin", timeout = "5m"}
print("looking for workflows older than 30 days")
emit {errors = dbos.count {status = "ERROR"}}
time.sleep("250ms")
local old = dbos.list_workflows {limit = 100}
log.warn("2 queues are paused", {queue = "mails"})
time.sleep("500ms")
print("deleted " .. #old .. " workflows <b>today</b>")
`,
  'requeue_storm.lua': `schedule.declare {cron = "0 4 * * *", overlap = "queue"}
dbos.enqueue("mails", "send_mail", nil, {sdk = "go"})
time.sleep("300ms")
print("put 1 workflow back")
`,
  'stuck_watch.lua': `schedule.declare {cron = "*/3 * * * * *"}
dbos.count {status = "PENDING"}
local orders
print(orders.id)
`,
  'nightly.lua': 'schedule.declare {cron = "* * *"}\n',
}

function start() {
  const jobs = join(folder, 'jobs')
  mkdirSync(jobs)
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(jobs, name), text)
  const database = `sqlite:${join(folder, 'dbos.sqlite')}`
  execFileSync(program, ['db', 'init', '--db', database], { stdio: 'ignore' })
  const server = spawn(program, ['serve', 'jobs', '--listen', '127.0.0.1:0', '--db', database, '--audit', join(folder, 'audit.jsonl'), '--tz', 'UTC'],
    { cwd: folder, env: { ...process.env, DBOS_SCRIPT_TOKEN: token }, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  const address = new Promise((found, failed) => {
    server.stderr.on('data', (text) => {
      log += text
      const match = /address=(http:\S+)/.exec(log)
      if (match) found(match[1])
    })
    server.on('exit', (code) => failed(new Error(`the server ended with ${code}:\n${log}`)))
  })
  return { server, address, log: () => log }
}

// press moves the focus with Tab until it is on a link, button or field of this name, and presses Enter.
async function press(page, name) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => document.activeElement.textContent.trim())
    if (at.replace(/\s+/g, ' ') === name) {
      const seen = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
      assert.notEqual(seen, 'none', `the focus on ${name} cannot be seen`)
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
      return
    }
  }
  assert.fail(`the keyboard does not reach ${name}`)
}

const text = (page) => page.locator('main').innerText()

// until reads the page again until it has a text.
async function until(page, words) {
  for (let i = 0; i < 100; i++) {
    if ((await text(page)).includes(words)) return
    await page.waitForTimeout(100)
    await page.reload()
  }
  assert.fail(`the page never says ${words}:\n${await text(page)}`)
}

async function fits(page, width) {
  await page.setViewportSize({ width, height: 780 })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(wide <= width, `${page.url()} is ${wide} wide at ${width}`)
}

async function picture(page, name) {
  if (!pictures) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

// walk goes through the page by keyboard.
async function walk(page, address) {
  const home = `${address}/`
  const first = await page.goto(home)
  assert.equal(first.status(), 401)
  await page.keyboard.type('a-wrong-token-of-16-letters')
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  assert.match(await text(page), /not the token/)
  await page.keyboard.type(token)
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  assert.equal(page.url(), home)
  const [cookie] = await page.context().cookies()
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict' && !cookie.value.includes(token))

  await until(page, 'failing')
  await press(page, 'Run now: requeue_storm.lua')
  assert.match(await text(page), /Run now\?/)
  await press(page, 'Run now')
  assert.match(page.url(), /\/runs\//)
  assert.match(await text(page), /asked for by the page/)
  const run = page.url().replace('?follow=1', '')
  await page.goto(run)
  await until(page, 'success')
  assert.match(await text(page), /1 by enqueue/)

  await page.goto(home)
  await press(page, 'Pause: requeue_storm.lua')
  await press(page, 'Pause')
  assert.match(await text(page), /Its ticks are held/)
  await page.goto(home)
  assert.match(await text(page), /1 paused/)
}

async function main() {
  const { server, address, log } = start()
  let browser
  try {
    const at = await address
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
    const page = await browser.newPage({ viewport: { width: 1200, height: 780 }, colorScheme: 'light' })
    const wrong = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) wrong.push(message.text())
    })
    page.on('pageerror', (error) => wrong.push(error.message))
    await walk(page, at)

    await page.goto(`${at}/`)
    for (let i = 0; i < 100 && (await page.locator('.strip rect').count()) < 8; i++) {
      await page.waitForTimeout(100)
      await page.reload()
    }
    await page.goto(`${at}/scripts/retention.lua`)
    const ended = page.locator('tr', { hasText: 'success' }).first().locator('a').first()
    await until(page, 'success')
    const success = new URL(await ended.getAttribute('href'), at).href
    await page.goto(`${at}/scripts/stuck_watch.lua`)
    const failed = new URL(await page.locator('tbody th a').first().getAttribute('href'), at).href
    const pages = { overview: `${at}/`, script: `${at}/scripts/retention.lua`, run: success, failed, question: `${at}/scripts/retention.lua/pause`, broken: `${at}/scripts/nightly.lua` }
    for (const [name, url] of Object.entries(pages)) {
      for (const width of [360, 768, 1200]) {
        await page.goto(url)
        await fits(page, width)
        if (name === 'overview' || name === 'run') {
          if (width === 360) await picture(page, `page-${name}-phone`)
          if (width === 1200) await picture(page, `page-${name}`)
        }
      }
    }
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.goto(pages.overview)
    await fits(page, 1200)
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    assert.equal(ground, 'rgb(18, 21, 26)')
    await picture(page, 'page-overview-dark')

    await press(page, 'Resume: requeue_storm.lua')
    await press(page, 'Resume')
    assert.doesNotMatch(await text(page), /Its ticks are held/)
    await press(page, 'Sign out')
    assert.match(await text(page), /Token of the server/)
    assert.deepEqual(wrong, [], 'the browser has complained')
    assert.ok(!log().includes(token))
  } finally {
    await browser?.close()
    server.removeAllListeners('exit')
    server.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
console.log('the page works in a browser')
