# The port of the Service, where that of the Pod belongs.
bpftool map update pinned /sys/fs/bpf/services key 10 96 40 10 0 80 value $(tr . ' ' <<< {ip:deploy/stock}) 0 80
