// What ran in this process, in the order in which it ran: the witness for order, retries and replay.

/** @type {{seq: number, what: string, workflow: string|undefined}[]} */
const entries = [];

/** @param {string} what @param {string|undefined} workflow @returns {number} the entry's place, from 1 */
export function note(what, workflow) {
  entries.push({ seq: entries.length + 1, what, workflow });
  return entries.length;
}

/** @param {string} [workflow] only the entries of this workflow */
export function journal(workflow) {
  return workflow === undefined ? entries : entries.filter((entry) => entry.workflow === workflow);
}
