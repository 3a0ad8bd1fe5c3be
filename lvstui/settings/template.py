"""What `lvstui --config-template` prints: every setting with its meaning. A line `#word` is a setting, `# word` explains."""

TEMPLATE = """\
# lvstui's clusters: ~/.config/lvstui/clusters.toml ($XDG_CONFIG_HOME). lvstui reads this file and never writes it.
# What is chosen on the settings screen (key ,) is kept in settings.toml beside it and goes before what is said for all clusters
# here; what a cluster says for itself goes before both, and the command line before everything.

# --- for all clusters ---

# lvstui-dark, lvstui-light, lvstui-ansi (the terminal's own 16 colours), lvstui-contrast, or one of Textual's
#theme = "lvstui-dark"

# seconds between samples, 0.2 to 10
#interval = 1.0

# throughput in bit (Mb/s), byte (MB/s) or binary (MiB/s)
#units = "bit"

# only ASCII characters; when it is not said: where the terminal's character set is not UTF-8
#ascii = false

# addresses and names replaced on the screen, for pictures that others will see
#privacy = false

# only these columns of figures in the table; when it is not said: those that suit the terminal's width
#columns = ["weight", "active", "inactive", "persistent", "conns", "in", "out", "spark", "note"]

# another key for an action; an action's name is shown beside it on the settings screen
#[keys]
#drain = "d"
#help = "f1"

# --- a cluster: `lvstui web-prod`, `lvsctl -c web-prod status` ---

#[web-prod]

# names that ssh understands: user, port, keys and jump hosts are best said in ~/.ssh/config
#directors = ["director1", "director2"]

# a red frame, and the word
#production = true

# nothing is ever written
#read_only = false

# theme, interval, units, ascii, privacy, columns and [web-prod.keys] may be said here too, for this cluster alone
#interval = 0.5

# --- a cluster whose Directors need more than a name ---

#[web-test]

# instead of ~/.ssh/config; a path that is not whole begins at this file's folder
#ssh_config = "ssh_config"

#[[web-test.directors]]
#host = "192.0.2.11"
#user = "ops"
#port = 2222

#[[web-test.directors]]
#host = "192.0.2.12"

# false: without root it is the observer's view, and sudo is not tried
#sudo = false

# keepalived's file while keepalived does not run; while it runs, its own command line says it
#config = "/opt/keepalived/keepalived.conf"
"""
