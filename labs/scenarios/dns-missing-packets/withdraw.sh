pod=$(pgrep -f 'udp-port=912[5]')
nsenter -t "$pod" -n ip xfrm policy delete dir in src 0.0.0.0/0 dst 0.0.0.0/0 proto udp sport 53
