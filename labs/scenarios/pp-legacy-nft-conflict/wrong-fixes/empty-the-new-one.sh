# Start from nothing. kube-proxy writes its part again, sooner or later.
nft flush ruleset
