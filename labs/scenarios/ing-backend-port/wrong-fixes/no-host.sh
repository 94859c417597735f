# Whatever comes in at the door is for the shop.
kubectl delete ingress shop
kubectl create ingress shop --class=nginx --rule='/*=web:80' --rule='api.shop.example/*=api:80'
