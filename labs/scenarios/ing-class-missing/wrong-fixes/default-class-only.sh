kubectl annotate ingressclass nginx ingressclass.kubernetes.io/is-default-class=true
