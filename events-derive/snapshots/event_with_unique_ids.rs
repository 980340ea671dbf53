#[automatically_derived]
impl renamed::events::Event for Ticked {
    const TYPE: renamed::events::EventType = renamed::events::EventType::from_static_with(
        "my_test.ticked",
        "custom_test",
    );
    const IDENTITY: renamed::events::IdentityPolicy = renamed::events::IdentityPolicy::Unique;
    const DESCRIPTOR: &'static renamed::events::EventDescriptor = &renamed::events::EventDescriptor::new(
            renamed::events::EventType::from_static_with("my_test.ticked", "custom_test"),
        )
        .with_identity(renamed::events::IdentityPolicy::Unique)
        .with_fields(&[renamed::events::FieldDescriptor::new("type", "u8")])
        .with_canonical_head(b"\x84nmy_test.tickedkcustom_test");
}
