# A second address that nobody has complained about.
ip address add 172.18.0.171/16 dev eth0
ip route replace {ip:node/worker} dev eth0 src 172.18.0.171
