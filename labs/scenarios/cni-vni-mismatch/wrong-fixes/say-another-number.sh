kubectl annotate node worker2 --overwrite 'flannel.alpha.coreos.com/backend-data={"VNI":1,"VtepMAC":"ba:05:0b:49:22:9f"}'
