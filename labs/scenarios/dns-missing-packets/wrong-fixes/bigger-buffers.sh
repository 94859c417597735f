# InErrors grow, so let the sockets hold more.
nsenter -t "$(pgrep -f 'udp-port=912[5]')" -n sysctl -w net.ipv4.udp_rmem_min=4194304
