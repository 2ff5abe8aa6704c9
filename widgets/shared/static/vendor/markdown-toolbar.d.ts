// It only defines elements.
export {};
