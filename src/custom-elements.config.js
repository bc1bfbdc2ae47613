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
          for (const declaration of module.declarations ?? []) {
            if (!declaration.customElement) continue;
            // It takes what is given to an event's constructor for its name; those of the class comment are described.
            declaration.events = declaration.events?.filter(({ description }) => description);
            declaration.members = declaration.members?.filter(({ name }) => !name.startsWith('#'));
          }
          for (const { declaration } of module.exports ?? []) {
            if (declaration?.module) declaration.module = published(declaration.module);
          }
          for (const { members } of module.declarations ?? []) {
            for (const { inheritedFrom } of members ?? []) {
              if (inheritedFrom?.module) inheritedFrom.module = published(inheritedFrom.module);
            }
          }
        }
        const elements = customElementsManifest.modules.flatMap(({ path, declarations = [] }) =>
          declarations.filter(({ tagName }) => tagName).map(({ name, tagName }) => ({ name, tagName, module: path })),
        );
        customElementsManifest.modules.push({
          kind: 'javascript-module',
          path: 'dist/index.js',
          declarations: [],
          exports: elements.map(({ name, tagName, module }) => ({
            kind: 'custom-element-definition',
            name: tagName,
            declaration: { name, module },
          })),
        });
      },
    },
  ],
};
