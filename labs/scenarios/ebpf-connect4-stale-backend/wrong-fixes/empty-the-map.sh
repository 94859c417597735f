for service in 10 20; do bpftool map delete pinned /sys/fs/bpf/services key 10 96 40 $service 0 80; done
