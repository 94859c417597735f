# What comes back every night first, then let the rules be written by who writes them: a kube-proxy that starts writes everything.
sed -i '/clean sheet/,/^$/d' /etc/edge-firewall/apply
pkill kube-proxy
