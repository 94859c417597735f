# What nobody takes goes to the shop.
kubectl create ingress catch-all --class=nginx --default-backend=web:80
