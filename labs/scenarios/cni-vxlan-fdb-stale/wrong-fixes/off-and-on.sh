ip link set flannel.1 down
ip link set flannel.1 up
