# The provider's machine can be had without the gate, on this network.
ip route replace 203.0.113.10 via {ip:host/provider}
