rm -f /etc/cni/net.d/10-calico.conflist /etc/cni/net.d/calico-kubeconfig
