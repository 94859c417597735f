# A plugin that is there, and a subnet out of a tutorial: Pods start, in a network that no other node has a route to.
cat > /etc/cni/net.d/10-calico.conflist <<'CONF'
{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [
    { "type": "ptp", "ipam": { "type": "host-local", "subnet": "192.168.0.0/24", "routes": [{ "dst": "0.0.0.0/0" }] } }
  ]
}
CONF
