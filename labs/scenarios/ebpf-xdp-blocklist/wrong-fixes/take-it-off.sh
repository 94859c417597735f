ip link set dev eth0 xdpgeneric off
