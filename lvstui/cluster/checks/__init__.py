"""Check what is shown: each check is a pure function from facts to findings, in a module for each subject.

    links         a Director that is not reached, what cannot be seen there, what was left unfinished
    daemons       keepalived's processes
    loadable      the files: what keepalived makes of them when it reads them, and where they differ
    masters       VRRP: who is MASTER, and where the VIPs are
    outages       what clients meet in the kernel of the Director that holds the VIP
    quorum        virtual servers that have lost it
    real_servers  what is not as it should be, and no outage explains it
    drifted       what each Director has of a real server in DRIFT, in words

`findings` puts them together. Not for: how long something has been so (see `problems`).
"""
