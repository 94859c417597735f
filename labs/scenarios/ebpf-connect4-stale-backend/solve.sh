# The same Service, the Pod of today.
bpftool map update pinned /sys/fs/bpf/services key 10 96 40 10 0 80 value $(tr . ' ' <<< {ip:deploy/stock}) 31 144
