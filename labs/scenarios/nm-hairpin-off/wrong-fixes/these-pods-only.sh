for port in /sys/class/net/cni0/brif/*; do bridge link set dev "${port##*/}" hairpin on; done
