# The one class of this cluster is what an Ingress without a class means. Admission fills it in when an Ingress is made, so it has to be made anew.
kubectl annotate ingressclass nginx ingressclass.kubernetes.io/is-default-class=true
kubectl delete ingress shop
kubectl create ingress shop --rule='shop.example/*=web:80'
