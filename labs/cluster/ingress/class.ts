// Whether an Ingress is this controller's, by ingress-nginx's rules and in its words.
import type { IngressClassObject, IngressObject } from './objects.ts'

export interface ClassOptions {
  /** --controller-class: what an IngressClass names as its controller */
  controller: string
  /** --ingress-class: what the old annotation says */
  annotation: string
  /** --watch-ingress-without-class */
  withoutClass: boolean
}

const annotation = 'kubernetes.io/ingress.class'

/** Undefined: it is; else why not. */
export function whyNotOurs(
  { metadata, spec }: IngressObject,
  classes: readonly IngressClassObject[],
  options: ClassOptions,
): string | undefined {
  const wanted = spec?.ingressClassName
  if (wanted !== undefined) {
    const isOurs = classes.some((each) => each.metadata.name === wanted && each.spec?.controller === options.controller)
    return isOurs ? undefined : `no object matching key "${wanted}" in local store`
  }
  const annotated = metadata.annotations?.[annotation]
  if (annotated !== undefined) return annotated === options.annotation ? undefined : `invalid ingress class annotation: ${annotated}`
  return options.withoutClass ? undefined : 'ingress does not contain a valid IngressClass'
}
