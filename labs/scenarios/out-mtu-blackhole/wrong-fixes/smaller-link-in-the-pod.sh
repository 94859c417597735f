# Inside each Pod, by way of its program.
for pid in $(pgrep -f 'netexec --http-port=8080'); do nsenter -t "$pid" -n ip link set eth0 mtu 1400; done
