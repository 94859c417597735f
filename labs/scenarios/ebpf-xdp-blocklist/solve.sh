# One key: the address of acme, byte by byte.
bpftool map delete pinned /sys/fs/bpf/blocked key $(tr . ' ' <<< {ip:host/acme})
