// Next's settings. Headers are set by scripts/web.ts, which serves Next; types are checked by `npm test`, not by the build.
import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['esbuild', 'mdx-bundler', 'shiki', 'better-sqlite3', 'kysely', 'pino'],
  async redirects() {
    // addresses without a language lead to the one that the browser asks for first
    const chinese = [{ type: 'header' as const, key: 'accept-language', value: 'zh.*' }]
    return [
      { source: '/', has: chinese, destination: '/zh-CN', permanent: false },
      { source: '/', destination: '/en', permanent: false },
      {
        source: '/:room(labs|lessons|diagnosis|glossary|progress|instructors)/:path*',
        has: chinese,
        destination: '/zh-CN/:room/:path*',
        permanent: false,
      },
      { source: '/:room(labs|lessons|diagnosis|glossary|progress|instructors)/:path*', destination: '/en/:room/:path*', permanent: false },
    ]
  },
}

export default config
