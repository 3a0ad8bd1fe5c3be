"""Hold what `lvstui --config-template` prints: every setting with its meaning. A line `#word` is a setting, `# word` explains."""

TEMPLATE = """\
# lvstui's clusters: ~/.config/lvstui/clusters.toml ($XDG_CONFIG_HOME). lvstui reads this file and never writes it.
# The settings screen (key ,) saves to settings.toml beside it. Precedence: the command line, a cluster's own settings,
# settings.toml, the settings for all clusters in this file.

# --- for all clusters ---

# lvstui-dark, lvstui-light, lvstui-ansi (the terminal's own 16 colours), lvstui-contrast, or one of Textual's
#theme = "lvstui-dark"

# seconds between samples, 0.2 to 10
#interval = 1.0

# throughput in bit (Mb/s), byte (MB/s) or binary (MiB/s)
#units = "bit"

# ASCII characters only; default: true if the terminal's character set is not UTF-8
#ascii = false

# mask addresses and names on the screen, for pictures that others will see
#privacy = false

# the columns of figures in the table; default: those that fit the terminal's width
#columns = ["weight", "active", "inactive", "persistent", "conns", "in", "out", "spark", "note"]

# times in this machine's time zone (local) or in utc; the clock at the top says which
#zone = "local"

# the terminal's title names the cluster and counts its problems; the earlier title is restored at the end
#title = true

# how the terminal tells you when a problem begins, a drain is safe to stop or a change has ended, while you look elsewhere:
# none, its bell, or a desktop notification in the form that your terminal knows (osc9: iTerm2, WezTerm, kitty, Windows Terminal;
# osc777: rxvt-unicode, foot, VTE). In tmux a notification needs `set -g allow-passthrough on`
#notify = "bell"

# the lowest severity of a new problem that is notified: warning, error or critical
#notify_from = "error"

# record what the Directors report while the console is open, so that the past can be shown
#record = true

# how many hours, and how many MB for each cluster, are kept; the oldest parts are deleted first
#record_hours = 24
#record_megabytes = 200

# key bindings; the settings screen shows the name of each action
#[keys]
#drain = "d"
#help = "f1"

# --- a cluster: `lvstui web-prod`, `lvsctl -c web-prod status` ---

#[web-prod]

# host names that ssh accepts; set user, port, keys and jump hosts in ~/.ssh/config
#directors = ["director1", "director2"]

# red frames and the word PRODUCTION
#production = true

# lvstui never writes, whatever key is pressed
#read_only = false

# which keepalived, if several run on each Director: its instance, network namespace, systemd unit, config id (-i) or main file
#keepalived = "web1"

# every setting for all clusters, and [web-prod.keys], may also be set here, for this cluster only
#interval = 0.5

# --- a cluster whose Directors need more than a name ---

#[web-test]

# used instead of ~/.ssh/config; a relative path starts at the folder of this file
#ssh_config = "ssh_config"

#[[web-test.directors]]
#host = "192.0.2.11"
#user = "ops"
#port = 2222

#[[web-test.directors]]
#host = "192.0.2.12"

# false: do not try sudo; without root, the console has the observer's view
#sudo = false

# keepalived's file while keepalived is not running; while it runs, its command line names the file
#config = "/opt/keepalived/keepalived.conf"

# which keepalived, for this Director only
#keepalived = "/etc/keepalived/web1.conf"
"""
