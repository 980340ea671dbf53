#[automatically_derived]
impl renamed::events::Event for Ticked {
    const TYPE: renamed::events::EventType = renamed::events::__private::event_type_named(
        "my_test.ticked",
        "custom_test",
    );
    const IDENTITY: renamed::events::IdentityPolicy = renamed::events::IdentityPolicy::Unique;
    const DESCRIPTOR: &'static renamed::events::EventDescriptor = &renamed::events::__private::descriptor(
            "my_test.ticked",
            "custom_test",
            "",
            &renamed::events::__private::fields([("type", "u8", "", 0)]),
            b"\x84nmy_test.tickedkcustom_test",
        )
        .with_identity(renamed::events::IdentityPolicy::Unique);
}
