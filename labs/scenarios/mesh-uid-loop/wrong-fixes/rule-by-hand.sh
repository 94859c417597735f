# What the proxy dials is the port of a Pod or a machine outside; what till dials is a Service, or that machine.
until pid=$(pgrep -x -U 0 envoy); do sleep 0.2; done
nsenter --net=/proc/$pid/ns/net iptables -t nat -I ISTIO_OUTPUT -p tcp --dport 8080 -j RETURN
nsenter --net=/proc/$pid/ns/net iptables -t nat -I ISTIO_OUTPUT -d 172.18.0.0/16 -j RETURN
