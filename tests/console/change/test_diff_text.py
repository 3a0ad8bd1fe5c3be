"""A unified diff as it is shown."""

from __future__ import annotations

from lvstui.console.change import diff_text

DIFF = """--- /etc/keepalived/keepalived.conf
+++ /etc/keepalived/keepalived.conf
@@ -48,5 +48,5 @@
     }

 real_server 192.168.211.13 8082 {
-\tweight 1
+\tweight 0  # drained, was 1 by ana
     TCP_CHECK {
@@ -90,3 +90,2 @@
 }
--- a line that was taken out
 }
--- /etc/keepalived/more.conf
+++ /etc/keepalived/more.conf
@@ -0,0 +1 @@
+! one
"""


def test_every_line_has_its_number_and_its_file() -> None:
    first, second = diff_text.parse(DIFF)
    assert first.path == "/etc/keepalived/keepalived.conf"
    assert [(line.sign, line.number) for line in first.changed] == [("-", 51), ("+", 51), ("-", 91)]
    assert first.changed[-1].text == "-- a line that was taken out"
    assert first.where == "lines 51 to 91"
    assert (second.path, second.where) == ("/etc/keepalived/more.conf", "line 1")


def test_what_changed_in_a_line_is_bold_and_what_is_around_it_is_as_near_as_wanted() -> None:
    shown = diff_text.shown(diff_text.parse(DIFF)[0], 1)
    assert shown.plain.splitlines() == [
        "  50   real_server 192.168.211.13 8082 {",
        "  51 -     weight 1",
        "  51 +     weight 0  # drained, was 1 by ana",
        "  52       TCP_CHECK {",
        "  ⋮",
        "  90   }",
        "  91 - -- a line that was taken out",
        "  91   }",
    ]
    bold = [shown.plain[span.start : span.end] for span in shown.spans if "bold" in str(span.style)]
    assert [text for text in bold if text] == ["1", "0  # drained, was 1 by ana"]


def test_a_long_line_goes_on_beneath_its_beginning() -> None:
    long = diff_text.parse("--- /x\n+++ /x\n@@ -7 +7 @@\n-    a\n+    one two three four five six seven eight\n")[0]
    assert diff_text.shown(long, 3, 36).plain.splitlines()[1:] == [
        "  7 +     one two three four five",
        "          six seven eight",
    ]


def test_the_same_change_on_other_lines_is_the_same() -> None:
    moved = DIFF.replace("@@ -48,5 +48,5 @@", "@@ -8,5 +8,5 @@")
    assert diff_text.same(DIFF, moved)
    assert not diff_text.same(DIFF, DIFF.replace("was 1", "was 2"))


def test_what_a_terminal_would_obey_is_not_shown() -> None:
    shown = diff_text.shown(
        diff_text.parse("--- /x\n+++ /x\n@@ -1 +1 @@\n-a\n+\x1b[31mred\x1b]52;c;aGk=\x07 [b]x[/b]\n")[0]
    )
    assert "\x1b" not in shown.plain and "red [b]x[/b]" in shown.plain


def test_what_changed_in_a_line_is_shown_in_whole_words() -> None:
    (file,) = diff_text.parse("--- f\n+++ f\n@@ -1 +1 @@\n-weight 1\n+weight 0  # was 1, by ana@ops1\n")
    shown = diff_text.shown(file)
    bold = [shown.plain[span.start : span.end] for span in shown.spans if "bold" in str(span.style)]
    assert bold == ["1", "0  # was 1, by ana@ops1"]
