# The policy stays, and wants no tunnel any more.
pod=$(pgrep -f 'udp-port=912[5]')
nsenter -t "$pod" -n ip xfrm policy update dir in src 0.0.0.0/0 dst 0.0.0.0/0 proto udp sport 53 action allow
