"""Makes the files in ../../Data that chat templates are tested against, with the Python package jinja2, set up as transformers sets it up.

python3 make_fixtures.py    (jinja2 3.1; the tests need neither Python nor this script)
"""

import json
import os
import random

import jinja2
import jinja2.ext
import jinja2.sandbox

from conversations import CONVERSATIONS, TEMPLATES, VARIABLES

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Data")
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


class Generation(jinja2.ext.Extension):
    """Blocks that mark what the assistant says: their body is a call block, as in transformers."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_say"), [], [], body).set_lineno(line)

    def _say(self, caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    return env


ENV = environment()


def render(template, **variables):
    try:
        return {"text": ENV.from_string(template).render(**variables)}
    except Exception as error:
        # Which words an error has is not part of the language; those of raise_exception are.
        said = str(error) if type(error) is jinja2.exceptions.TemplateError else None
        return {"error": said}


def write(name, lines):
    with open(os.path.join(DATA, name), "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def conversations():
    yield {"templates": TEMPLATES, "conversations": CONVERSATIONS, "variables": VARIABLES, "tokens": TOKENS}
    for template, text in TEMPLATES.items():
        for name, messages in CONVERSATIONS.items():
            for number, variables in enumerate(VARIABLES):
                for prompt in (False, True):
                    given = {"tools": None, "documents": None, **TOKENS, **variables, "messages": messages, "add_generation_prompt": prompt}
                    yield {"template": template, "conversation": name, "variables": number, "prompt": prompt, **render(text, **given)}


class Whitespace:
    """Random templates of text, line breaks and tags with every sign at their borders."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def tag(self, inside):
        return "{%" + self.random.choice(["", "", "-", "+"]) + self.random.choice([" ", "", "\n"]) + inside + self.random.choice([" ", ""]) + self.random.choice(["", "", "-", "+"]) + "%}"

    def text(self):
        return "".join(self.random.choice(["a", "b", " ", "  ", "\n", "\n\n", "\t", "\r\n", "x y", "{", "}", "%", "#"]) for _ in range(self.random.randint(0, 4)))

    def body(self, depth):
        parts = []
        for _ in range(self.random.randint(1, 4)):
            parts.append(self.text())
            kind = self.random.randint(0, 8 if depth > 0 else 3)
            if kind == 0:
                parts.append("{{" + self.random.choice(["", "-", "+"]) + " v " + self.random.choice(["", "-"]) + "}}")
            elif kind == 1:
                parts.append("{#" + self.random.choice(["", "-", "+"]) + " note\n" + self.random.choice(["", "-", "+"]) + "#}")
            elif kind == 2:
                parts.append(self.tag("set v = v ~ '.'"))
            elif kind == 3:
                parts.append(self.tag("raw") .replace("+%}", "%}") + self.random.choice([" {{ v }} ", "\n{% if %}\n", "r"]) + self.tag("endraw"))
            elif kind in (4, 5):
                parts.append(self.tag("if " + self.random.choice(["v", "not v"])) + self.body(depth - 1) + self.tag("else") + self.body(depth - 1) + self.tag("endif"))
            elif kind == 6:
                parts.append(self.tag("for i in [1, 2]") + self.body(depth - 1) + self.tag("endfor"))
            elif kind == 7:
                parts.append(self.tag("set w") + self.body(depth - 1) + self.tag("endset") + "{{ w }}")
            elif kind == 8:
                parts.append(self.tag("macro m(i)") + self.body(depth - 1) + self.tag("endmacro") + "{{ m(v) }}")
        parts.append(self.text())
        return "".join(parts)


def whitespace(count):
    maker = Whitespace(1)
    while count > 0:
        template = maker.body(2)
        result = render(template, v="V")
        if len(template) < 400 and not template.endswith("{#") and ("text" in result or maker.random.random() < 0.1):
            count -= 1
            yield {"e": template, **result}


VALUES = {
    "n": 7, "z": 0, "k": -3, "f": 2.5, "g": -0.125, "big": 12345678901234567890, "s": "Hello World", "t": "a,b,,c", "u": "Ünïcode 😀 é", "e": "", "w": "  two words\n", "q": "it's \"so\"",
    "l": [3, 1, 2], "x": ["b", "A", "c", "a"], "o": [], "m": [{"role": "user", "n": 2, "c": {"t": "x"}}, {"role": "assistant", "n": 1, "c": {"t": "y"}}, {"role": "user", "n": 3}],
    "d": {"a": 1, "b": [1, 2], "items": "mine", "C": None}, "none_": None, "yes": True, "no": False,
}


class Expressions:
    """Random expressions; most have a value, some are errors."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *options):
        return self.random.choice(options)

    def number(self, depth):
        if depth <= 0:
            return self.pick("n", "z", "k", "f", "g", "big", "0", "1", "2", "10", "3.0", "1e3", "1_000", "0x1f", "0.1", "yes", "no")
        return self.pick(
            lambda: f"({self.number(depth - 1)} {self.pick('+', '-', '*', '//', '%', '/')} {self.number(depth - 1)})",
            lambda: f"{self.number(depth - 1)} {self.pick('+', '-', '*', '//', '%')} {self.number(depth - 1)}",
            lambda: f"{self.pick('2', '3', 'k', 'f', '-2')} ** {self.pick('2', '3', '0', '-1', '-2')}",
            lambda: f"-{self.number(depth - 1)}",
            lambda: f'''{self.number(depth - 1)}|{self.pick('abs', 'int', 'float', 'round', 'round(1)', 'round(2)', 'round(0, "floor")', 'round(1, "ceil")')}''',
            lambda: f"({self.text(depth - 1)})|{self.pick('length', 'int', 'float', 'int(5)', 'wordcount', 'count')}",
            lambda: f"({self.list(depth - 1)})|{self.pick('length', 'sum', 'min', 'max', 'first', 'last')}",
            lambda: f"{self.text(0)}.{self.pick('find', 'count', 'rfind', 'index')}({self.text(0)})",
            lambda: f"({self.list(depth - 1)}).{self.pick('index', 'count')}({self.any(0)})",
            lambda: f"({self.text(0)})|int(0, {self.pick('2', '8', '16', '36')})",
        )()

    def text(self, depth):
        if depth <= 0:
            return self.pick("s", "t", "u", "e", "w", "q", "'o'", "'l'", "','", "' '", "\"x'y\"", "'<b>'", "'a' 'b'", "'\\n'", "'1_0'", "'0x1F'", "' -2.5e1 '", "'\\u00e9\\x41'")
        return self.pick(
            lambda: f"({self.text(depth - 1)} + {self.text(depth - 1)})",
            lambda: f"({self.any(depth - 1)} ~ {self.any(depth - 1)})",
            lambda: f"({self.text(depth - 1)} * {self.pick('2', '0', 'k', 'yes')})",
            lambda: f"{self.text(0)}.{self.pick('upper', 'lower', 'title', 'capitalize', 'strip', 'lstrip', 'rstrip', 'swapcase')}()",
            lambda: f"{self.text(0)}.{self.pick('strip', 'lstrip', 'rstrip')}({self.text(0)})",
            lambda: f"{self.text(0)}.replace({self.text(0)}, {self.text(0)}{self.pick('', ', 1', ', 0')})",
            lambda: f"({self.text(depth - 1)})|{self.pick('upper', 'lower', 'title', 'capitalize', 'trim', 'reverse', 'string', 'indent', 'indent(2, true)', 'escape', 'e', 'first', 'last', 'urlencode', 'truncate(8)', 'truncate(6, true, leeway=0)', 'center(20)', 'safe')}",
            lambda: f"({self.text(depth - 1)})|replace({self.text(0)}, {self.text(0)})",
            lambda: f"({self.text(depth - 1)})[{self.slice()}]",
            lambda: f"({self.list(depth - 1)})|join({self.text(0)})",
            lambda: f"{self.text(0)}.join({self.list(depth - 1)})",
            lambda: f'''({self.any(depth - 1)})|{self.pick('tojson', 'tojson(indent=2)', 'string', 'tojson(ensure_ascii=true)', 'tojson(separators=(",", ":"), sort_keys=true)')}''',
            lambda: f"'{self.pick('%s', '%5s|%-5s', '%r', '%d-%d', '%.2f', '%05d', '%x', '%%', '%+d', '%10.3f', '%e', '%g', '%.3s')}' % {self.pick(self.any(0), '(' + self.any(0) + ', ' + self.any(0) + ')', '(' + self.number(0) + ',)')}",
            lambda: f"'{self.pick('{}', '{} {}', '{1}{0}', '{0:>8}', '{:<6}|', '{:^7}', '{!r}', '{:.2f}', '{:05d}', '{:,}', '{a}', '{{}}', '{0[0]}', '{:+.1e}', '{:x}', '{:.3}', '{:*^9}', '{:g}', '{:%}')}'.format({self.any(0)}, {self.any(0)}, a={self.any(0)})",
            lambda: f"{self.text(0)}.{self.pick('center', 'ljust', 'rjust', 'zfill')}({self.pick('3', '12', '15')})",
            lambda: f"{self.text(0)}.{self.pick('removeprefix', 'removesuffix')}({self.text(0)})",
        )()

    def slice(self):
        part = lambda: self.pick("", "0", "1", "2", "-1", "-2", "5", "100", "-100", "none")
        return self.pick(f"{part()}:{part()}", f"{part()}:{part()}:{self.pick('', '2', '-1', '-2', '1')}", self.pick("0", "1", "-1", "20"))

    def list(self, depth):
        if depth <= 0:
            return self.pick("l", "x", "o", "m", "d", "s", "[n, s]", "(1, 'x')", "range(4)|list", "d.b", "[none_, yes]", "d.keys()|list", "d.values()|list", "m[0].items()|list")
        return self.pick(
            lambda: f"[{self.any(depth - 1)}, {self.any(depth - 1)}]",
            lambda: f"({self.list(depth - 1)} + {self.list(depth - 1)})",
            lambda: f"({self.list(depth - 1)})[{self.slice()}]",
            lambda: f"{self.text(0)}.{self.pick('split', 'rsplit')}({self.pick('', self.text(0), self.text(0) + ', 1', 'none, 1')})",
            lambda: f"{self.text(0)}.{self.pick('splitlines()', 'partition(' + self.text(0) + ')', 'rpartition(' + self.text(0) + ')')}",
            lambda: f"({self.list(depth - 1)})|{self.pick('list', 'reverse|list', 'sort', 'sort(reverse=true)', 'unique|list', 'sort(case_sensitive=true)', 'batch(2)|list', 'slice(2)|list', 'select|list', 'reject|list')}",
            lambda: f"m|map(attribute='{self.pick('role', 'n', 'c', 'c.t', 'zzz')}')|list",
            lambda: f"m|map(attribute='c.t', default='?')|list",
            lambda: f"({self.list(depth - 1)})|map('{self.pick('upper', 'string', 'length', 'int', 'trim', 'tojson')}')|list",
            lambda: f'''m|{self.pick('selectattr', 'rejectattr')}('{self.pick('role', 'n', 'c', 'c.t')}'{self.pick('', ', "defined"', ', "equalto", "user"', ', "eq", 1', ', "in", [1, 2]', ', "none"')})|list''',
            lambda: f"({self.list(depth - 1)})|{self.pick('select', 'reject')}('{self.pick('string', 'number', 'odd', 'defined', 'mapping', 'none', 'true')}')|list",
            lambda: f"m|sort(attribute='{self.pick('role', 'n', 'role,n')}')",
            lambda: f'''d|dictsort{self.pick('', '(true)', '(by="key", reverse=true)')}''',
            lambda: f"d|items|list",
        )()

    def truth(self, depth):
        if depth <= 0:
            return self.pick("yes", "no", "n", "o", "e", "none_", "zzz", "true", "false")
        return self.pick(
            lambda: f"{self.any(depth - 1)} {self.pick('==', '!=')} {self.any(depth - 1)}",
            lambda: f"{self.number(depth - 1)} {self.pick('<', '<=', '>', '>=')} {self.number(depth - 1)}",
            lambda: f"{self.number(0)} {self.pick('<', '<=')} {self.number(0)} {self.pick('<', '!=')} {self.number(0)}",
            lambda: f"{self.text(depth - 1)} {self.pick('<', '<=', '>', '>=', 'in', 'not in')} {self.text(depth - 1)}",
            lambda: f"{self.any(0)} {self.pick('in', 'not in')} {self.list(depth - 1)}",
            lambda: f"({self.truth(depth - 1)}) {self.pick('and', 'or')} ({self.any(depth - 1)})",
            lambda: f"{self.truth(0)} {self.pick('and', 'or')} {self.any(0)} {self.pick('and', 'or')} not {self.any(0)}",
            lambda: f"not {self.truth(depth - 1)}",
            lambda: f"({self.any(depth - 1)}) is {self.pick('', 'not ')}{self.pick('defined', 'none', 'string', 'number', 'integer', 'float', 'mapping', 'iterable', 'sequence', 'boolean', 'true', 'false', 'undefined', 'callable', 'sameas none')}",
            lambda: f"{self.number(0)} is {self.pick('odd', 'even', 'divisibleby 2', 'divisibleby(3)', 'eq 7', 'lt 3', 'ge(2)')}",
            lambda: f"{self.text(0)}.{self.pick('startswith', 'endswith')}({self.text(0)})",
            lambda: f"{self.text(0)}.{self.pick('isdigit', 'isalpha', 'isspace', 'isupper', 'islower', 'isalnum', 'istitle')}()",
            lambda: f"{self.text(0)} is {self.pick('upper', 'lower')}",
        )()

    def any(self, depth):
        kind = self.random.randint(0, 9)
        if kind < 3:
            return self.text(depth)
        if kind < 5:
            return self.number(depth)
        if kind < 7:
            return self.list(depth)
        if kind < 8:
            return self.truth(depth)
        if depth <= 0:
            return self.pick("none_", "zzz", "d", "d.a", "d['b']", "d['items']", "m[0].role", "m[-1]['n']", "{'k': n, 2: s}", "d.zzz", "l[1]", "s[0]", "u[8]", "m[0]", "()", "(1,)", "{}", "d.get('zzz', 4)", "d.get('a')", "s.0")
        return self.pick(
            lambda: f"({self.any(depth - 1)} if {self.truth(depth - 1)} else {self.any(depth - 1)})",
            lambda: f"({self.any(depth - 1)} if {self.truth(depth - 1)})",
            lambda: f"({self.any(depth - 1)})|{self.pick('default', 'd')}({self.any(0)}{self.pick('', ', true')})",
            lambda: f"({self.list(depth - 1)})[{self.slice()}]",
            lambda: f"dict(a={self.any(depth - 1)}, b={self.any(0)})",
            lambda: f"{{'k': {self.any(depth - 1)}, 'l': {self.any(0)}}}",
            lambda: f"({self.list(depth - 1)})|{self.pick('first', 'last', 'min', 'max')}",
            lambda: f"m|groupby('{self.pick('role', 'n')}')",
        )()


# What these print is an address, or the name of a type of Python's that no template prints.
UNPRINTABLE = (" at 0x", "<generator", "dict_items(", "dict_keys(", "dict_values(", "<list_reverseiterator", "<reversed", "range(", "<built-in", "<bound", "<filter", "<map", "complex", "j)", "<function")


def expressions(count):
    maker = Expressions(2)
    seen = set()
    while count > 0:
        expression = maker.any(maker.random.randint(1, 3))
        if len(expression) > 120 or expression in seen:
            continue
        seen.add(expression)
        result = render("{{ " + expression + " }}", **VALUES)
        text = result.get("text") or ""
        if len(text) > 200 or any(part in text for part in UNPRINTABLE) or ("error" in result and maker.random.random() < 0.7):
            continue
        count -= 1
        yield {"e": expression, **result}


write("jinja-conversations.jsonl", conversations())
write("jinja-whitespace.jsonl", whitespace(500))
write("jinja-expressions.jsonl", [{"values": VALUES}, *expressions(4000)])
