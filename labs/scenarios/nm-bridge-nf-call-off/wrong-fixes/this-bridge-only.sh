# A bridge has a switch of its own for it. The bridge is made anew at boot, by a plugin that does not know this switch.
ip link set cni0 type bridge nf_call_iptables 1
