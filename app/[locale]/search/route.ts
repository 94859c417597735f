// What the search looks through, as data: made by the build, fetched when the search is opened for the first time.
import { locales } from '../../../labs/spec/names.ts'
import { readSearchEntries } from '../../server/search-entries.ts'
import { pageLocale } from '../page-locale.ts'

export const dynamic = 'force-static'
export const generateStaticParams = () => locales.map((locale) => ({ locale }))

export async function GET(_: Request, { params }: { params: Promise<{ locale: string }> }): Promise<Response> {
  return Response.json(await readSearchEntries(await pageLocale(params)))
}
