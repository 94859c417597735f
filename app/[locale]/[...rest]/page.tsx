// Every address below a locale that no other page answers.
import { notFound } from 'next/navigation'

export default function Rest(): never {
  notFound()
}
