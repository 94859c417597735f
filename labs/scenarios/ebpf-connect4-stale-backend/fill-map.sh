# What the agent of the load balancer does when a Service or its Pods change: 0 80 and 31 144 are the ports 80 and 8080.
bpftool map update pinned /sys/fs/bpf/services key 10 96 40 10 0 80 value $(tr . ' ' <<< {ip:deploy/stock}) 31 144
bpftool map update pinned /sys/fs/bpf/services key 10 96 40 20 0 80 value $(tr . ' ' <<< {ip:deploy/price}) 31 144
