# The report is large, so the archive shall be asked for less.
iptables -w 5 -t mangle -A FORWARD -d 203.0.113.0/24 -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1360
