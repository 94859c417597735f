rm -f /etc/cni/net.d/*
