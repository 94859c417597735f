sed -i 's/"hairpinMode": false/"hairpinMode": true/' /etc/cni/net.d/10-flannel.conflist
for port in /sys/class/net/cni0/brif/*; do bridge link set dev "${port##*/}" hairpin on; done
