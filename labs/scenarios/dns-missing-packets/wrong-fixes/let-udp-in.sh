# One policy for all of UDP that wants nothing. It comes before the others, which are therefore never asked.
pod=$(pgrep -f 'udp-port=912[5]')
nsenter -t "$pod" -n ip xfrm policy update dir in src 0.0.0.0/0 dst 0.0.0.0/0 proto udp dport 9125 priority 100 tmpl proto esp mode transport reqid 1
nsenter -t "$pod" -n ip xfrm policy update dir in src 0.0.0.0/0 dst 0.0.0.0/0 proto udp sport 53 priority 100 tmpl proto esp mode transport reqid 2
nsenter -t "$pod" -n ip xfrm policy add dir in src 0.0.0.0/0 dst 0.0.0.0/0 proto udp priority 1 action allow
