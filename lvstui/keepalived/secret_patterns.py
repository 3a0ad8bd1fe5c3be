"""Find where a password or a key stands in one line, by what stands before it: words of the language, options, URLs.

    auth_pass X · password X · key 1 X        keepalived's own, in a comment too
    --password=X · PASSWORD=X · token: X      a telling word (`_WORDS`) with `=` or `:`, or as an option
    u:X@host · -u u:X · Authorization: T X    in URLs, and for whatever speaks HTTP
    -p X                                      unless X is a port, the name of a protocol, a path, an option or a $NAME
    mysql -pX · redis-cli -a X · snmp -c X    options of programs that many scripts run (`_PROGRAMS`), whatever X is

A word in a sentence (“the password is in the vault”, “a token was lost”) is no secret; what follows `password: ` is one.

Not for: definitions and lines that go on with a `\\`, which depend on other lines (see `secrets`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_B = rb"[ \t\f\v\r]"  # between words: keepalived takes them all
_WORDS = (
    rb"(?:password|passwd|passphrase|passcode|(?<!by)(?<!com)pass|pwd|(?<![a-z0-9])pw|secret|token|community|credentials?"
    rb"|auth[-_]?data|(?:api|access|auth|hmac|shared|encryption|account)[-_ ]?key)\d{0,3}(?![a-z])"
)
# One argument of a command: in quotes, in quotes that are escaped, or up to a blank
_ARGUMENT = (
    rb"""(\\"(?:[^"\\\n]|\\[^"\n])*(?:\\")?|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|(?:\\[^\n]|[^\s"'\\]|["'](?=\w))+)"""
)
_VALUE = rb"""("(?:[^"\\\n]|\\.)*"?|\$\{[^}\n]*\}[^ \t\n]*|'[^'\n]*'|[^ \t\n]*[^\s])"""

_LANGUAGE = re.compile(
    rb"""(?<![\w./$-])(?:auth_pass(?:"?%b+|(?="))|key(?:"?%b+|(?="))(?:"(?:0x)?\d+"%b*|(?:(?:0x)?\d+|\$\{?\w+\}?)(?:%b+|(?=")))(?!"?file:))%b"""
    % (_B, _B, _B, _B, _VALUE)
)
# Where a statement or a comment may begin; elsewhere it is a word of a sentence
_PASSWORD = re.compile(
    rb"""(?m)(?:^|[{}#!=(,)"'])%b*(?:@[^ \t\n]+[ \t]+)*"?password(?:"?%b+(?!(?:is|was|[-=]>|[:=])\s)|(?="))%b"""
    % (_B, _B, _VALUE)
)
# At the beginning of a statement its number need not be one
_KEY = re.compile(
    rb"""(?m)(?:^|[{}])%b*(?:@\^?[^ \t\n]+[ \t]+)*key%b+[^ \t\n]+%b+(?!"?file:)%b""" % (_B, _B, _B, _VALUE)
)
_IN_COMMAND = re.compile(
    rb"""(?i)(?<![\w.-])--?[\w.-]*?%b(?:=|%b+(?=[^-\s]))%b""" % (_WORDS, _B, _ARGUMENT)
    + rb"""|(?<![^\s"'(\[;:{,|>$#!`])[\w.-]*?%b=%b""" % (_WORDS, _ARGUMENT)
    + rb"""|(?<![^\s"'(\[;:{,|>$#!`])\w+_auth=%b""" % _ARGUMENT
)
_TOLD = re.compile(
    rb"""(?i)(?<![\w.-])[\w.-]*?%b\\?["']?(?:%b*(?:[:=]|->|=>)%b*|%b+(?:is|was)%b+(?=[^\s]*[0-9!@$%%^&*_]))"""
    rb"""(\\"[^"\\\n]*|"[^"\n]*"?|'[^'\n]*'?|[^\s"'&;,]+)"""
    rb"""|[#!]%b*%b%b+([^\s]+)%b*(?:\\?%b*$|[#!}])""" % (_WORDS, _B, _B, _B, _B, _B, _WORDS, _B, _B, _B)
)
_URL = re.compile(
    rb"""(?i)[?&;](?:[\w.-]*?%b|auth|key|sig|signature)=([^&\s"';#]+)"""
    rb"""|://[^/\s:@"'\[]*:(?!\d{1,5}(?:[/?\s"']|$))([^\s"']{1,300})@"""
    rb"""|(?<![\w./:@\[+-])(?!mailto:|sips?:|(?:\d+\.){3}\d+:)[\w.+-]{1,100}:(?!\d{1,5}@)([^\s"'@/:][^\s"'@:]{0,300})@(?=[\w\[$])"""
    rb"""|(?<![\w-])(?:-u|--(?:proxy-)?user)(?:=|%b*)(?:'[^\s:'\n]+:([^'\n]+)|[^\s:="']+:(?!//)((?:\\[^\n]|[^\s"'\\])+))"""
    rb"""|authorization\\?["']?:%b*(?:(?:basic|bearer|token|negotiate|apikey)%b+)?([^\s"'][^"'\n]*?)(?=["'\n\\]|%b+[-#!]|$)"""
    rb"""|(?:set-)?cookie\\?["']?:%b*([^"'\n]+)""" % (_WORDS, _B, _B, _B, _B, _B)
)
_KEY_BYTES = re.compile(rb"(?i)(?<!\w)hex:([0-9a-f]{8,})")
_PORT = (
    rb"""["']?(?::?\d{1,5}(?:[-:,/]\d{1,5})*(?:/(?:tcp|udp))?|tcp|udp|sctp|icmp(?:v6)?|ipv6-icmp|ipv[46]|vrrp|ah|esp|gre|all"""
    rb"""|https?|ssh|ftps?|smtps?|imaps?|pop3s?|ldaps?|dns|domain|ntp|snmp|mysql|redis)(?=[\s"';|&)}\],]|$)|["']?[-/.~$%{(|>&;<]"""
)
_P_OPTION = re.compile(rb"""(?<![\w-])-p(?:=|%b+)(?!%b)%b""" % (_B, _PORT, _ARGUMENT))
PORT_BY_NAME = re.compile(rb"""(?<![\w-])-p(?:=|%b+)["']?\$\{?([A-Za-z_]\w*)""" % _B)
_PORT_ALONE = re.compile(rb"(?:%b)" % _PORT)
_PROGRAMS = (
    # -p of mysql has its password without a blank, that of Nagios' check_mysql behind one
    (rb"(?i)\b(?:check_)?(?:mysql|maria)[\w-]*", rb"""(?<![\w-])-p(?!%b|=|"(?:\s|$)|$)%b""" % (_B, _ARGUMENT)),
    (
        rb"(?i)\b(?:check_(?:mysql|pgsql)|mongo|sshpass|rabbitmq|influx)[\w-]*",
        rb"(?<![\w-])-p(?:=|%b*)%b" % (_B, _ARGUMENT),
    ),
    (rb"(?i)\bredis[\w-]*|\bcheck_redis[\w.-]*", rb"(?<![\w-])-a(?:=|%b*)%b" % (_B, _ARGUMENT)),
    (rb"(?i)\b(?:check_)?snmp\w*", rb"(?<![\w-])-[cAX](?:=|%b*)%b" % (_B, _ARGUMENT)),
    (rb"(?i)\bcheck_snmp\w*", rb"(?<![\w-])-C(?:=|%b*)%b" % (_B, _ARGUMENT)),
    (rb"(?i)\b(?:check_)?ldap\w*", rb"(?<![\w-])-(?:w(?:=|%b*)|P%b+(?!\d[\s\"']))%b" % (_B, _B, _ARGUMENT)),
    (rb"(?i)\b(?:ipmi\w*|sqlcmd|check_ipmi\w*)\b", rb"(?<![\w-])-P(?:=|%b*)%b" % (_B, _ARGUMENT)),
    (rb"(?i)\b(?:check_http|check_curl)\b", rb"""(?<![\w-])-[ab](?:=|%b*)["']?[^\s:"']+:([^\s"']+)""" % _B),
    (rb"(?i)\bsmb\w*|\bcifs\w*|\brpcclient\b", rb"""(?<![\w-])-U(?:=|%b*)["']?[^\s%%"']+%%([^\s"']+)""" % _B),
)
_OF_PROGRAMS = tuple((re.compile(program), re.compile(option)) for program, option in _PROGRAMS)
_IN_TEXT = re.compile(
    rb"""(?<![\w-])auth_pass%b+("[^"\n]*"?|[^ \t'\n]+)"""
    rb"""|(?<!\w)'(?:[^'\n]*[\s{}"])?(?:password|key%b+"?\w+"?)%b+(?!"?file:)("[^"\n]*"?|[^ \t'\n]+)""" % (_B, _B, _B)
)
_TELLING = re.compile(rb"(?i)(?:%b)" % _WORDS)
MAYBE = re.compile(
    rb"(?i)pass|key|secret|token|pwd|pw|auth|communit|credential|cookie|hex:|:\S{0,300}@|[\s\"'][-][upwacxUP]|--user"
)


def telling(name: bytes) -> bool:
    """Return True if the name of a definition says that it holds a secret."""
    return _TELLING.search(name) is not None


def is_port(value: bytes) -> bool:
    """Return True if this is what `-p` takes where it is no password: see above."""
    return _PORT_ALONE.match(value.strip()) is not None


def in_line(line: bytes) -> Iterator[Span]:
    """Give where secrets stand in a line of a file, in any order."""
    if MAYBE.search(line) is None:
        return
    for pattern in (_LANGUAGE, _PASSWORD, _KEY):
        yield from (match.span(1) for match in pattern.finditer(line))
    yield from in_arguments(line)


def in_message(text: bytes) -> Iterator[Span]:
    """Give where secrets stand in a line of a log: keepalived repeats a line between single quotes, else `password` is a word."""
    if MAYBE.search(text) is None:
        return
    yield from (match.span(match.lastindex or 1) for match in _IN_TEXT.finditer(text))
    yield from in_arguments(text)


def in_arguments(line: bytes) -> Iterator[Span]:
    """Give where secrets stand in the arguments of commands, in URLs and in notes."""
    for pattern in (_IN_COMMAND, _TOLD, _URL, _KEY_BYTES, _P_OPTION):
        yield from (match.span(match.lastindex or 1) for match in pattern.finditer(line))
    for program, option in _OF_PROGRAMS:
        if (found := program.search(line)) is not None:
            yield from (match.span(1) for match in option.finditer(line, found.end()))
