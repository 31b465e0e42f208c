package puc

import (
	"fmt"
	"strings"
)

func (g *caller) plain() string {
	text, n := g.or(g.text()), g.or(g.index())
	switch g.IntN(10) {
	case 0:
		return fmt.Sprintf("string.rep(%s)", g.args(text, n))
	case 1, 2:
		return fmt.Sprintf("string.sub(%s)", g.args(text, n, g.or(g.index())))
	case 3:
		return fmt.Sprintf("string.byte(%s)", g.args(text, n, g.or(g.index())))
	case 4:
		return fmt.Sprintf("string.char(%s)", g.args(g.or(g.one("65", "0", "255", "256", "-1", "97.9")), "66"))
	case 5:
		return fmt.Sprintf("string.reverse(%s)", g.args(text))
	case 6:
		return fmt.Sprintf("string.%s(%s)", g.one("upper", "lower"), g.args(text))
	case 7:
		return fmt.Sprintf("string.len(%s)", g.args(text))
	case 8:
		return fmt.Sprintf("(%s):%s(%s)", g.text(), g.one("sub", "rep", "byte", "upper"), g.args(n))
	}
	return fmt.Sprintf("string.find(%s)", g.args(text, g.text(), n, "true"))
}

func (g *caller) tables() string {
	list, n := g.or(g.list()), g.or(g.index())
	with := func(call string) string {
		return fmt.Sprintf("(function() local l = %s local r = {%s} return l, unpack(r) end)()", list, call)
	}
	switch g.IntN(9) {
	case 0, 1:
		return fmt.Sprintf("table.concat(%s)", g.args(list, g.or(g.text()), n, g.or(g.index())))
	case 2:
		return with(fmt.Sprintf("table.insert(l, %s)", g.or(g.number())))
	case 3:
		return with(fmt.Sprintf("table.insert(l, %s, 'new')", g.one("1", "1", "'1'", "1.7")))
	case 4, 5:
		return with(fmt.Sprintf("table.remove(%s)", g.args("l", n)))
	case 6:
		return fmt.Sprintf("table.maxn(%s)", g.args(list))
	case 7:
		return fmt.Sprintf("table.%s(%s)", g.one("foreachi", "foreachi", "getn"), g.args(list, g.one("function(i, v) if i == 2 then return v end end", "out", "nil")))
	}
	return fmt.Sprintf("unpack(%s)", g.args(list, n, g.one("nil", "1", "3", "5", "0")))
}

func (g *caller) sorting() string {
	list := g.one("{3, 1, 2}", "{}", "{1}", "{'b', 'a', 'c'}", "{5, 3, 8, 1, 9, 2, 7, 7, 4}", "{1, 'a'}", "{{}, {}}", "{true, false}", "{2, 1.5, -3, 1e10}",
		"{'B', 'a', 'C', ''}")
	order := g.one("nil", "function(a, b) return a > b end", "function(a, b) return a < b end", "function(a, b) return tostring(a) < tostring(b) end",
		"function(a, b) error('stop') end", "12", "function(a, b) return (a % 3) * 100 + a < (b % 3) * 100 + b end")
	return fmt.Sprintf("(function() local l = %s table.sort(l, %s) return l end)()", list, order)
}

func (g *caller) numbers() string {
	a, b := g.or(g.number()), g.or(g.number())
	one := g.one("floor", "ceil", "abs", "sqrt", "deg", "rad", "exp", "log10", "log", "sin", "cos", "tan", "atan", "asin", "acos", "sinh", "cosh", "tanh", "frexp", "modf")
	switch g.IntN(6) {
	case 0:
		return fmt.Sprintf("math.%s(%s)", g.one("max", "min"), g.args(a, b, g.number()))
	case 1:
		return fmt.Sprintf("math.%s(%s)", g.one("fmod", "pow", "atan2", "mod"), a+", "+b)
	case 2:
		return fmt.Sprintf("math.ldexp(%s)", a+", "+g.one("0", "1", "-3", "10"))
	case 3:
		if g.IntN(6) == 0 {
			return fmt.Sprintf("math.floor(%s) %% %s", g.one("0", "1", "-1", "7", "-7", "255", "12345.678", "-2^31"), g.one("2", "3", "-3", "0", "10"))
		}
		return fmt.Sprintf("(%s) %s (%s)", g.number(), g.one("+", "-", "*", "/", "^", "..", "<", "==", "~=", ">="), g.number())
	}
	return fmt.Sprintf("math.%s(%s)", one, g.args(a))
}

func (g *caller) tonumber() string {
	text := g.one(`"10"`, `"  12  "`, `"0x1F"`, `"1e5"`, `"1e"`, `"."`, `".5"`, `"5."`, `"-7"`, `"- 7"`, `"+3"`, `""`, `" "`, `"0x"`, `"0xg"`, `"1 2"`, `"zz"`, `"ff"`, `"777"`, `"1.5"`, `"-0x10"`, `"1_000"`, `"\t8\n"`, `"1e400"`, `"0x.8"`, `"0x1p4"`, `"1E+2"`, `"--1"`, `"08"`, "12", "nil", "true", "{}")
	base := g.one("nil", "", "10", "16", "2", "8", "36", "1", "37", "'16'", "0")
	if base == "" {
		return fmt.Sprintf("tonumber(%s)", text)
	}
	if base == "nil" {
		return fmt.Sprintf("tonumber(%s, 10)", text)
	}
	if strings.Contains(text, "-") && base != "10" {
		return fmt.Sprintf("tonumber(%s)", text)
	}
	return fmt.Sprintf("tonumber(%s)", g.args(text, base))
}

func (g *caller) tostring() string {
	return fmt.Sprintf("tostring(%s)", g.one(g.number(), "nil", "true", "-0", "0/0", "1/0", "-1/0", "2^63", "0.1 + 0.2", "100 / 3", "1e16", "123456.789e3", "-1e-7",
		"setmetatable({}, {__tostring = function() return 'T' end})", ""))
}

func (g *caller) values() string {
	switch g.IntN(10) {
	case 0, 1:
		return fmt.Sprintf("select(%s)", g.args(g.or(g.one("1", "2", "-1", "-2", "'#'", "0", "5", "-9", "1.7", "'2'")), "'a'", g.number(), "nil"))
	case 2:
		return fmt.Sprintf("next(%s)", g.args(g.or(g.one("{}", "{5}", "{x = 1}")), g.one("nil", "nil", "'unknown'")))
	case 3:
		return fmt.Sprintf("rawget(%s)", g.args(g.or(g.list()), g.or(g.number())))
	case 4:
		return fmt.Sprintf("rawequal(%s)", g.args(g.number(), g.number()))
	case 5:
		return fmt.Sprintf("type(%s)", g.args(g.one(g.number(), g.text(), "nil", "{}", "print")))
	case 6:
		return fmt.Sprintf("pcall(error, %s)", g.one("'m'", "'m', 0", "'m', 1", "'m', 2", "'m', 3", "nil", "12", "{1}"))
	case 7:
		return fmt.Sprintf("%s(%s)", g.one("assert", "error", "ipairs", "setmetatable", "unpack", "rawset", "rawequal"), g.one("nil", "false", "1", "'x'", "{}"))
	case 8:
		return fmt.Sprintf("(function() local r = {} for i, v in ipairs(%s) do r[#r + 1] = i r[#r + 1] = tostring(v) end return r end)()", g.one("{1, 2, nil, 4}", "{'a'}", "{}", "{1, 2}"))
	}
	if g.IntN(3) == 0 {
		return fmt.Sprintf("os.time({year = %s, month = %s, day = %s, hour = %s})", g.one("2001", "1970", "2024", "'2000'"), g.one("1", "2", "12", "13", "0"), g.one("1", "29", "31", "0", "-5"), g.one("nil", "0", "23", "30"))
	}
	return fmt.Sprintf("os.date(%s, %s)", g.one(`"!%Y-%m-%d %H:%M:%S"`, `"!%a %b %d %j"`, `"!%A, %B %I %p"`, `"!%x %X %y"`, `"!%c"`, `"!%%"`, `"!%w"`, `"!*t"`, `"*t"`), g.one("0", "86399", "1e9", "1234567890", "951782400"))
}

func (g *caller) coroutines() string {
	body := g.one("return ...", "local a = coroutine.yield(...) return a", "coroutine.yield() return nil", "error('in thread')", "error({1})",
		"return coroutine.yield(nil)", "coroutine.yield(1, nil) coroutine.yield(nil, 2)", "return nil", "return", "return nil, nil",
		"return coroutine.status(coroutine.running())", "return pcall(error, 'x')", "local t = nil; return t.x")
	args := g.one("", "1", "nil", "1, nil", "nil, nil", "'a', 2")
	if g.IntN(2) == 0 {
		return fmt.Sprintf("(function() local f = coroutine.wrap(function(...) %s end) local function n(...) return select('#', ...), ... end out(n(pcall(f, %s))) out(n(pcall(f, 5))) out(n(pcall(f))) end)()",
			body, or(args, "nil"))
	}
	return fmt.Sprintf("(function() local co = coroutine.create(function(...) %s end) local function n(...) return select('#', ...), ... end out(n(coroutine.resume(co, %s))) out(coroutine.status(co)) out(n(coroutine.resume(co, 5))) out(n(coroutine.resume(co))) out(coroutine.status(co)) end)()",
		body, or(args, "nil"))
}

func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
