/** Not part of the package's declared surface; class-validator-jsonschema asks for it to know the classes of lists. */
declare module 'class-transformer/cjs/storage.js' {
  export const defaultMetadataStorage: NonNullable<
    import('class-validator-jsonschema/build/options.js').IOptions['classTransformerMetadataStorage']
  >;
}
