# price answers, so send stock's callers there.
bpftool map update pinned /sys/fs/bpf/services key 10 96 40 10 0 80 value $(tr . ' ' <<< {ip:deploy/price}) 31 144
