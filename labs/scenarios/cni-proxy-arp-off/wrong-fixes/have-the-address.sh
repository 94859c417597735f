ip addr add 169.254.1.1/32 dev lo
