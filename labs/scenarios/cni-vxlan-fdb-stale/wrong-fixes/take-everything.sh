ip link set flannel.1 promisc on
