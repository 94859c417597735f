# Two networks, so one is too many. This one?
rm -f /etc/cni/net.d/*kindnet*
