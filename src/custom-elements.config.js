// The manifest (custom-elements.json) speaks of what is published: the paths of the sources become those of the package.
const published = (path) => path.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');

export default {
  globs: ['src/elements/**/*.ts'],
  outdir: 'dist',
  litelement: true,
  quiet: true,
  plugins: [
    {
      name: 'published-paths',
      packageLinkPhase({ customElementsManifest }) {
        for (const module of customElementsManifest.modules) {
          module.path = published(module.path);
          for (const { declaration } of module.exports ?? []) {
            if (declaration?.module) declaration.module = published(declaration.module);
          }
          for (const { members } of module.declarations ?? []) {
            for (const { inheritedFrom } of members ?? []) {
              if (inheritedFrom?.module) inheritedFrom.module = published(inheritedFrom.module);
            }
          }
        }
      },
    },
  ],
};
