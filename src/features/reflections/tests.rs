use crate::features::scene::Scene;
