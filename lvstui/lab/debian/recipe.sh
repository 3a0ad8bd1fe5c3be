# Run by mmdebstrap inside its own namespaces, with the new root as $1: makes it a machine of the lab, and leaves an ext4
# image of it as /image in that root. An image, not a folder: owners and set-user-id bits stay right for an ordinary user
# as well, several labs can share it read-only, and it is read much faster in the guest than the host's files.
set -eu
root=$1

# Keys are made afresh for each lab; an image that is shared must hold none.
rm -f "$root"/etc/ssh/ssh_host_*
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
# Where the guest mounts its kernel's modules and the folder that it shares with the host.
mkdir -p "$root/lib/modules" "$root/mnt" "$root/var/log/nginx"

# One account with password-less sudo, one without any. "*": no password, but not locked, so that a key may be used.
for account in ops watch; do
    chroot "$root" useradd --create-home --shell /bin/bash --password '*' "$account"
done
echo 'ops ALL=(ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/ops"
chmod 440 "$root/etc/sudoers.d/ops"

# Bound elsewhere, so that what is mounted inside (/proc, /sys) is not copied.
plain=$root.plain
mkdir "$plain"
size=$(du --summarize --one-file-system --block-size=1K "$root" 2>/dev/null | cut -f 1)
unshare --mount sh -ec 'mount --bind "$1" "$2"; mke2fs -q -t ext4 -O ^has_journal -m 0 -N 40000 -d "$2" "$1.ext4" "$3k"' \
    sh "$root" "$plain" $((size + size / 4 + 32768))
rmdir "$plain"
mv "$root.ext4" "$root/image"
